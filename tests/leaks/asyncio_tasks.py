"""Tasks that never end, kept in a set so that they are not garbage collected."""

import asyncio

import ordinary

HOLDER = "module __main__ > .TASKS > set"
HELD = "_asyncio.Task"

TASKS = set()


async def follow(client, closed):
    history = ["message %d to client %d" % (number, client) for number in range(30)]
    await closed
    return history


def connect(client):
    closed = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(follow(client, closed))
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)


async def serve():
    for client in range(2000):
        connect(client)
    await asyncio.sleep(0)
    ordinary.wait_to_be_captured()


asyncio.run(serve())
