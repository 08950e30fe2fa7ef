"""Ways in for other people's data: one module a format, each accounting for every row."""

from __future__ import annotations

from api.exchange.acts import ChanceryActs
from api.exchange.csv import ChanceryCsv
from api.exchange.eurasian import Eurasian2024
from api.exchange.gdelt import Gdelt
from api.exchange.ggo_treaties import GgoTreaties
from api.exchange.hsg_relations import HsgRelations
from api.exchange.hsg_travels import HsgTravels
from api.exchange.hsg_visits import HsgVisits
from api.exchange.icews import Icews
from api.exchange.parquet import ChanceryParquet
from api.exchange.row import Format
from api.exchange.uk_treaties import UkTreaties
from api.exchange.us_mission_status import UsMissionStatus

#: The formats by the word for them on the command line.
FORMATS: dict[str, Format] = {
    source.name: source
    for source in (
        ChanceryActs(),
        ChanceryCsv(),
        ChanceryParquet(),
        HsgVisits(),
        HsgTravels(),
        HsgRelations(),
        UsMissionStatus(),
        Eurasian2024(),
        Icews(),
        Gdelt(),
        UkTreaties(),
        GgoTreaties(),
    )
}

__all__ = ["FORMATS", "Format"]
