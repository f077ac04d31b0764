"""What a headline does with an event: reports it, denies it, answers it, plans it, explains it.

Headlines of different stages share nearly all their words and still tell two events: "A accuses B",
"B denies", "Why A accused B". Written for the words that headlines use, by how they begin.
"""

import re
from functools import lru_cache

from monitor.text.scripts import is_cjk

# Beginnings of words; whole words in quotation marks.
_STAGES = {
    "reaction": (
        "react respond slam praise condemn critici outrage"
        " отреаг прокоммент ответил ответи возмут раскритик осудил оценил поддерж поблагодар высказ посетова"
        " баға түсіндір пікір munosabat муносабат жооп вокуниш"
        " 回应 評論 评论 谴责 譴責 批评 批評"
    ),
    "denial": (
        "deny denie refute reject dismiss false fake hoax debunk"
        " опроверг отрица отверг отказал фейк неправд жоққа теріске rad рад танды четке рад инкор"
        " 否认 否認 驳斥 駁斥 辟谣 闢謠"
    ),
    "explanation": (
        "detail explain reveal cause reason why how video footage photo"
        " подробн детал раскры назва причин объясн разъяс рассказал известн показал видео фото личност хронолог"
        " обстоятельств восстановлен появил себеб видео sabab сабаб себеп"
        " 详情 詳情 原因 视频 視頻 解读 解讀"
    ),
    "plan": (
        "plan may might could will would propose consider intend expected prepare"
        " планир готов намерен собира хочет захоте может возможн предлож анонсир пообеща будет проведет грозит"
        " жоспар reja режа план пландо нақша"
        " 计划 計劃 拟 擬 可能 准备 準備 将 將"
    ),
    "law": (
        "charge arrest trial court sentence sue lawsuit accuse"
        " обвин подозр аресто задерж суд приговор сотта айып sud айып маҳкам"
        " 起诉 起訴 逮捕 判处 判處"
    ),
    "toll": (
        "toll rises again"
        " возрос выросл увелич снова вновь қайта yana яна кайра боз"
        " 升至 增至 再次"
    ),
}  # fmt: skip
DENIAL = 1 << list(_STAGES).index("denial")
_WORD = re.compile(r"[^\W\d_]+")
_WHOLE = 4  # beginnings as short as this stand for themselves only
_LONGEST = 14


def _beginnings() -> tuple[dict[str, int], dict[str, int]]:
    spaced: dict[str, int] = {}
    chinese: dict[str, int] = {}
    for bit, words in enumerate(_STAGES.values()):
        for word in words.split():
            into = chinese if is_cjk(word[0]) else spaced
            into[word] = into.get(word, 0) | 1 << bit
    return spaced, chinese


_SPACED, _CHINESE = _beginnings()


def stages_of(headline: str) -> int:
    """Give the stages of a headline as bits of a number."""
    stages = 0
    for word in _WORD.findall(headline.lower()):
        stages |= _stage_of(word)
    if not headline.isascii():
        for word, bits in _CHINESE.items():
            if word in headline:
                stages |= bits
    return stages


@lru_cache(maxsize=16384)
def _stage_of(word: str) -> int:
    for size in range(min(len(word), _LONGEST), 1, -1):
        bits = _SPACED.get(word[:size], 0)
        if bits and (size > _WHOLE or size == len(word)):
            return bits
    return 0
