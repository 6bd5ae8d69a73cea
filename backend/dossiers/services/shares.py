"""How many answers of a form version came from us: counted over the dossiers that used it."""

from typing import Any

from backend.dossiers.documents import DOSSIERS
from backend.infra.mongo import Database


def form_shares(database: Database) -> list[dict[str, Any]]:
    """``FormShareSchema`` for each form version that was ever sent, by its id.

    ``prefilled`` counts answers that stood there before anybody typed; ``kept`` those of them that were not changed.
    """
    origins = {"$map": {"input": {"$objectToArray": "$origins"}, "as": "one", "in": "$$one.v"}}
    stages: list[dict[str, Any]] = [
        {"$project": {"form_id": 1, "origins": origins}},
        {
            "$group": {
                "_id": "$form_id",
                "dossiers": {"$sum": 1},
                "fields": {"$sum": {"$size": "$origins"}},
                "prefilled": {"$sum": _count("prefilled")},
                "changed": {"$sum": _count("changed")},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    return [
        {
            "form": row["_id"],
            "dossiers": row["dossiers"],
            "fields_": row["fields"],
            "prefilled": row["prefilled"] + row["changed"],
            "kept": row["prefilled"],
            "share": round((row["prefilled"] + row["changed"]) / row["fields"], 4) if row["fields"] else None,
        }
        for row in database.collection(DOSSIERS).aggregate(stages)
        if row["_id"] is not None
    ]


def _count(origin: str) -> dict[str, Any]:
    return {"$size": {"$filter": {"input": "$origins", "as": "one", "cond": {"$eq": ["$$one", origin]}}}}
