"""The types of feeds.yaml's values: how each is read, and how JSON Schema shows it."""

from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from monitor.config import addresses, values
from monitor.config.values import IpNetwork

_DURATION = {"type": "string", "pattern": "^[0-9]+ ?[smhd]$", "examples": ["60m", "4h", "1d"]}
_TIME = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$", "examples": ["08:00"]}
_SPAN = "^[0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}$"
_SIZE = {"type": "string", "pattern": "^[0-9]+ ?(B|[kKM]B|[KMG]iB)$", "examples": ["10MiB"]}
_URL = {"type": "string", "pattern": "^https?://"}


def _text_schema(**more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, **more})


@dataclass(frozen=True, slots=True)
class Whole:
    """Marks a whole number between two bounds, both included."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        read = partial(values.whole, least=self.least, most=self.most)
        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Marks a list for which a single value may stand."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        array = handler(schema)
        return {"anyOf": [array["items"], array]}


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _section(value: object) -> object:
    """An empty section, such as one whose lines are all commented out, is as good as none."""
    return {} if value is None else value


Text = Annotated[str, PlainValidator(values.text), _text_schema()]
Query = Annotated[str, PlainValidator(values.query_text), _text_schema()]
Name = Annotated[str, PlainValidator(values.name), _text_schema(pattern=r"^\w[\w-]{0,63}$")]
Flag = Annotated[bool, PlainValidator(values.flag), WithJsonSchema({"type": "boolean"})]
Weight = Annotated[
    float,
    PlainValidator(values.weight),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1000}),
]
Duration = Annotated[timedelta, PlainValidator(values.duration), WithJsonSchema(_DURATION)]
SomeTime = Annotated[timedelta, PlainValidator(values.some_time), WithJsonSchema(_DURATION)]
Size = Annotated[int, PlainValidator(values.size), WithJsonSchema(_SIZE)]
ClockTime = Annotated[time, PlainValidator(values.clock_time), WithJsonSchema(_TIME)]
ClockTimes = Annotated[
    tuple[time, time],
    PlainValidator(values.clock_times),
    _text_schema(pattern=_SPAN, examples=["22:00-07:00"]),
]
Weekday = Annotated[
    int, PlainValidator(values.weekday), WithJsonSchema({"enum": list(values.WEEKDAYS)})
]
Zone = Annotated[str, PlainValidator(values.zone), _text_schema(examples=["Asia/Almaty"])]
Language = Annotated[str, PlainValidator(values.language), _text_schema(examples=["en", "ru"])]
Country = Annotated[str, PlainValidator(values.country), _text_schema(pattern="^[A-Z]{2}$")]
Network = Annotated[
    IpNetwork, PlainValidator(values.network), _text_schema(examples=["127.0.0.0/8"])
]
EnvironmentName = Annotated[str, PlainValidator(values.environment_name), _text_schema()]
Host = Annotated[str, PlainValidator(addresses.host_name), _text_schema()]
WebUrl = Annotated[str, PlainValidator(addresses.web_url), WithJsonSchema(_URL)]
Contact = Annotated[
    str, PlainValidator(addresses.contact), _text_schema(pattern="^(mailto:|https?://)")
]
Recipient = Annotated[str, PlainValidator(addresses.recipient), _text_schema()]
Sender = Annotated[str, PlainValidator(addresses.sender), _text_schema()]
HeaderName = Annotated[str, PlainValidator(addresses.header_name), _text_schema()]
HeaderValue = Annotated[str, PlainValidator(addresses.header_value), _text_schema()]

empty_is_none = BeforeValidator(_section)
Texts = Annotated[list[Text], OneOrMore()]
