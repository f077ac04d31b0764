"""Texts and queries made to be slow: bench/ puts a clock to them, tests count the steps they take."""

_SPARSE = "a x b x x x x c x x x x x d x x x x x x x "
# For words, wildcards and what is folded away.
WORD_QUERIES = {
    **{query: query for query in ("*a*b", "a*b", "*a*", "?*a*?*a*x", '"a* a* a* b"', '"*a *a b"', "SCO")},
    "repeated": " OR ".join(["a*"] * 2000),
    "nested": " OR ".join(f"*{'a' * n}*" for n in range(1, 160)),
}  # fmt: skip
WORD_TEXTS = {
    "letters": "a" * 10_000,
    "words": "a " * 5_000,
    "hyphens": "a-" * 5_000,
    "acronyms": "SCO " * 2_500,
    "marks": "a\u0301" * 5_000,
    "unseen": " \xad" * 5_000,
    "scripts": "aа" * 5_000,
    "ellipses": "a…" * 5_000,
    "blanks": " " * 10_000,
}
# For operators that ask where words stand.
PLACE_QUERIES = {
    "nears": " OR ".join(f"a NEAR/{n} b NEAR/{n} e" for n in range(100)),
    "nears that fail": " OR ".join(f"(b NEXT/{n % 2} a) c NOT a" for n in range(100)),
    "nears that hold": " AND ".join(f"a NEAR/{n} b" for n in range(3, 103)),
    "nears in nears": "((((a NEAR/9 b) NEAR/9 c) NEAR/9 d) NEAR/9 a) NEAR/9 b",
    "chain": " NEAR/9 ".join("abcd" * 25),
    "sentences": " OR ".join(f"a SENTENCE b SENTENCE c SENTENCE (d NEAR/{n} e)" for n in range(50)),
    "not near": " AND ".join(f"(a NOT NEAR/{n} c OR d)" for n in range(100)),
    "loose": " OR ".join(f'"a b c d"~{n}' for n in range(50)),
    "unless": " AND ".join(f'(a UNLESS "a b" OR ATLEAST/{n} b)' for n in range(1, 50)),
    "weights": "WEIGHTS/900 (" + ", ".join(f"(a NEAR/{n} b)=1*9" for n in range(100)) + ")",
}
PLACE_TEXTS = {
    "dense": "a b c d " * 1_250,
    "sparse": (_SPARSE * 230)[:10_000],
    "sentences": "A b! C d? " * 1_000,
    "stops": ("." * 5_000 + "?! " * 1_500)[:10_000],
    "one word": "a " * 5_000,
    "full stops": "a. " * 3_300,
    "blank lines": ("a\n\nb \n \n" * 1_200)[:10_000],
    "chinese": "上合组织峰会。a" * 1_250,
    "quotes": "a.\"'” b" * 1_400,
}
# Each to be repeated up to any length.
MARKUP = (
    "<div>x", "<div><b>", "<foo>", "<font>", "<!--", "&", "<", '<a "', "<table><td>", "<svg><style>",
)  # fmt: skip
