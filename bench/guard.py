"""How long the guard against patient detail takes.

    python -m bench.guard [ROUNDS]

A text of 3,000 characters in clinic talk (99th of 100 parts, over ROUNDS texts behind the first few), 100,000 characters made to
stall it (the slowest of all kinds, each the best of five), the import in a fresh interpreter, and one line through
`python -m bot guard`. Times are the processor's, so that what else the machine does plays little part; the last one is by the clock.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from bot.memory import settle_memory
from mat.patient_detail import examine
from mat.patient_rules.first_names import FIRST_NAMES
from tests.guard_sentences import HALVES, harmless, identifying

ROOT = Path(__file__).parents[1]
ROUNDS = 2_000
WARM = 20
LONGEST, HOSTILE = 3_000, 100_000
TRIES = 5
PIECES = (
    *(
        "a",
        "1",
        "1 ",
        "o1 ",
        "1a",
        "12345 ",
        "10000 ",
        "123-",
        "1/",
        "12/12/",
        "+1",
        "4, ",
        "1,1,",
        "one ",
        "twenty ",
        "206 five ",
        "oh+1",
        "one1|",
        "(8two",
        "nine 670|",
        "1 2 1|",
    ),
    *(
        "born 1 1 ",
        "jan 1 ",
        "mrn a1",
        "room 1 he ",
        "12 yo ",
        "123 aa bb cc dd ",
        "Patient ",
        "Mr. Ab ",
        "her uds ",
        "pt ",
        "Pt ",
        "9@pt",
        "d.o.b 00",
        "born \u0661",
        "64dob >dob at born .m2-00b 8-65107jan 1born 9",
        "(b.b \u041c ",
        "bed 2 abscess room 1t ",
        "relapsed jo ",
        "\n@o1000",
        "\u2019A",
        "Ruiz, Ana uds ",
        "a@",
        "<@",
    ),
    *(
        "\u200b",
        "a\u0301",
        "\u0301\u0316",
        "\u00e9",
        "\uff11",
        "\ufdfa",
        "\uac00",
        "\U0001d7d7",
        "<",
        "\x00",
        "((",
        "--",
        "..,",
    ),
)
IMPORT = "import time; began = time.process_time(); import mat.patient_detail; print(time.process_time() - began)"


def hostile() -> dict[str, str]:
    """Texts of 100,000 characters, each with a name."""
    chance = random.Random(1)
    texts = {ascii(piece): (piece * HOSTILE)[:HOSTILE] for piece in PIECES}
    characters = [chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000]
    texts["all different, none ASCII"] = "".join(chance.sample(characters, HOSTILE))
    texts["all different, in order"] = "".join(characters[:HOSTILE])
    texts["ASCII by chance"] = "".join(chr(chance.randrange(32, 127)) for _ in range(HOSTILE))
    texts["first names"] = (" ".join([*sorted(FIRST_NAMES), "relapsed "]) * HOSTILE)[:HOSTILE]
    texts["spelled numbers by chance"] = "".join(f"one{chance.randrange(HOSTILE)}|" for _ in range(HOSTILE))[:HOSTILE]
    texts["digits and separators by chance"] = "".join(chance.choice("0123456789 -./()") for _ in range(HOSTILE))
    return texts


def seconds(text: str, tries: int = TRIES) -> float:
    """The processor's time for one look, the best of so many."""
    took = []
    for _ in range(tries):
        began = time.thread_time()
        examine(text)
        took.append(time.thread_time() - began)
    return min(took)


def talk(rounds: int) -> list[float]:
    """Seconds for each of so many different texts of 3,000 characters."""
    chance = random.Random(1)
    sentences = [text for half in HALVES for text in harmless(half)]
    sentences += [one.text for half in HALVES for one in identifying(half) if one.way == "soft"]
    took = []
    for _ in range(rounds):
        text = ". ".join(chance.choices(sentences, k=90))[:LONGEST]
        took.append(seconds(text, tries=1))
    return took


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    settle_memory()
    times = talk(WARM + rounds)
    print(f"the first {WARM} texts, for which patterns are compiled: {1000 * sum(times[:WARM]):.0f} ms together")
    parts = quantiles(times[WARM:], n=100)
    print(f"3,000 characters: p50 {1000 * parts[49]:.2f} ms, p99 {1000 * parts[98]:.2f} ms")
    slowest = sorted(((seconds(text), name) for name, text in hostile().items()), reverse=True)
    for took, name in slowest[:3]:
        print(f"100,000 characters of {name}: {1000 * took:.0f} ms")
    print(f"100,000 characters, median of {len(slowest)} kinds: {1000 * median(took for took, _ in slowest):.0f} ms")
    fresh = [float(subprocess.check_output([sys.executable, "-c", IMPORT], cwd=ROOT)) for _ in range(TRIES)]
    print(f"import in a fresh interpreter: {1000 * min(fresh):.0f} ms")
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "guard"], input=b"hello\n", cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    print(f"python -m bot guard, from start to the end of one line: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
