import subprocess
import sys
from datetime import UTC, datetime

from bandit.price import Price
from service.prices import listed_at, listed_model, similar_names

AT = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9/v1"


def test_a_known_name_has_its_list_price_and_context() -> None:
    listed = listed_model("gpt-4o-mini", NOWHERE, AT)

    assert listed is not None
    assert listed.price == Price(0.15, 0.6, 0.075)
    assert listed.context_tokens == 128_000


def test_a_name_may_say_whose_model_it_is() -> None:
    assert listed_model("llama-3.3-70b-versatile", NOWHERE, AT) is None

    listed = listed_model("groq/llama-3.3-70b-versatile", NOWHERE, AT)

    assert listed is not None
    assert listed.price == Price(0.59, 0.79)


def test_the_provider_that_is_called_decides_what_a_name_means() -> None:
    groq = "https://api.groq.com/openai/v1"

    listed = listed_model("llama-3.3-70b-versatile", groq, AT)

    assert listed == listed_model("groq/llama-3.3-70b-versatile", NOWHERE, AT)


def test_an_unknown_name_has_no_price() -> None:
    names = ("nonsense", "openai/nonsense", "nobody/gpt-4o-mini", "", "/", "gpt-4o-mini/")

    listed = [listed_model(name, NOWHERE, AT) for name in names]

    assert listed == [None] * len(names)


def test_a_model_without_a_price_for_its_answers_has_no_price() -> None:
    assert listed_model("text-embedding-3-small", NOWHERE, AT) is None


def test_a_price_that_changes_with_the_hour_is_its_highest() -> None:
    midday, night = AT.replace(hour=12), AT.replace(hour=20)

    listed = listed_model("deepseek-chat", NOWHERE, midday)

    assert listed == listed_model("deepseek-chat", NOWHERE, night)
    assert listed is not None
    assert listed.price == Price(0.27, 1.1, 0.07)


def test_a_price_is_that_of_the_day() -> None:
    name = "openrouter/meta-llama/llama-3.3-70b-instruct"

    then = listed_model(name, NOWHERE, datetime(2026, 10, 1, tzinfo=UTC))
    later = listed_model(name, NOWHERE, datetime(2026, 11, 5, tzinfo=UTC))

    assert then is not None
    assert later is not None
    assert then.price.usd_per_million_tokens_in < later.price.usd_per_million_tokens_in


def test_a_price_with_tiers_is_that_of_short_prompts() -> None:
    listed = listed_model("claude-sonnet-4-5", NOWHERE, AT)

    assert listed is not None
    assert listed.price == Price(3.0, 15.0, 0.3, 3.75)


def test_a_model_on_a_server_of_ones_own_is_not_taken_for_its_namesake() -> None:
    assert listed_at("gpt-4o-mini", NOWHERE, AT) is None
    assert listed_at("gpt-4o-mini", "https://api.openai.com/v1", AT) is not None


def test_a_misspelt_name_finds_names_that_have_a_price() -> None:
    similar = similar_names("openai/gpt-4o-minni", NOWHERE, AT)

    assert similar[0] == "gpt-4o-mini"
    assert all(listed_model(name, NOWHERE, AT) for name in similar)


def test_prices_are_looked_up_without_a_connection() -> None:
    program = (
        "import socket, datetime, service.prices as prices\n"
        "def refuse(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "at = datetime.datetime.now(datetime.timezone.utc)\n"
        "assert prices.listed_model('gpt-4o-mini', 'https://api.openai.com/v1', at)\n"
    )

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert run.returncode == 0, run.stderr.decode()


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, service.prices; sys.exit('genai_prices' in sys.modules)"

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert run.returncode == 0, run.stderr.decode()


def test_what_has_a_price_can_be_sent() -> None:
    names = ("gpt-4o-mini", "openai/gpt-audio", "google/gemini-3.8-live")

    listed = [listed_model(name, NOWHERE, AT) for name in names]

    assert [one and one.capabilities for one in listed] == [
        frozenset(),
        {"audio"},
        {"images", "audio"},
    ]
