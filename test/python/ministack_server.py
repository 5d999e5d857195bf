"""MiniStack behind another HTTP server: ministack_server.py (its address is in BIND_HOST and GATEWAY_PORT, as for MiniStack itself)

Its own parses HTTP in Python, which takes longer than what most requests ask for: of those of ten thousand log files, a third of the time.
"""

import os

import uvicorn
from ministack.app import app

if __name__ == "__main__":
    uvicorn.run(
        app,
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        timeout_keep_alive=75,
    )
