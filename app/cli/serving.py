"""`topctl serve`, `prepare` and `worker`: the processes of the product."""

import asyncio
import gc
import signal
import socket
from typing import Any

import typer
import uvicorn

from app.cli.preparing import BOOKS_DO_NOT_HOLD, is_prepared, prepare, prepare_in_child
from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database
from app.db.writing import run_write
from app.kit.text import Text
from app.outbox.claimer import revive
from app.settings import Settings
from app.worker import collect_daily, collect_handlers, work
from search import build_engine


def serve() -> None:
    """Serve ToP: migrates, loads the starter pack on first start, builds the index, listens."""
    gc.disable()  # until all is built: nothing of it is garbage, and looking took a sixth of the start
    settings = read_settings()
    listener = _listen(settings)
    if not run(is_prepared(settings)):
        ended = prepare_in_child()
        if ended not in (0, BOOKS_DO_NOT_HOLD):  # wrong books were told; looking up goes on beside them
            raise typer.Exit(1)
    address = f"http://localhost:{settings.port}"
    out.print(say(Text(zh=f"ToP 已就绪：{address}", en=f"ToP is ready: {address}")), style="bold green")
    out.print(
        say(
            Text(
                zh="试一试：打开页面输入客户名称，或运行 .venv/bin/topctl lookup 北京大学第三医院",
                en="Try it: open the page and type a customer's name, or run "
                ".venv/bin/topctl lookup 北京大学第三医院",
            )
        ),
        soft_wrap=True,  # commands to copy: broken by the terminal at most
    )
    out.print(
        say(
            Text(
                zh="工作人员登录：运行 .venv/bin/topctl create-staff 姓名 邮箱，打开它给出的链接设置密码",
                en="To sign in as staff: run .venv/bin/topctl create-staff NAME MAIL and open the link it "
                "prints to choose a password",
            )
        ),
        soft_wrap=True,
    )
    config = uvicorn.Config(
        "app.cli.serving:application",
        factory=True,
        loop="uvloop",
        http="app.web.protocol:WholeAnswers",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # TOP_TRUSTED_PROXIES alone decides whom to believe
        date_header=False,
        limit_concurrency=500,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything long begins, and say plainly when it is taken."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        refuse(
            say(
                Text(
                    zh=f"无法监听 {settings.host}:{settings.port}（{reason}）。"
                    "换一个端口：PORT=8001 make run",
                    en=f"Cannot listen on {settings.host}:{settings.port} ({reason}). "
                    "Choose another port: PORT=8001 make run",
                )
            )
        )


def prepare_command() -> None:
    """Migrate, load the starter packs, build the index, check the books; `serve` does it when needed.

    Exit status 0 prepared, 1 not, 3 prepared, but the books do not hold: see `topctl ledger check`.
    """
    if not run(prepare(read_settings())).is_clean:
        told = Text(
            zh="账簿核对不符，其他均已就绪。服务照常启动；请运行 topctl ledger check 查看详情。",
            en="The books do not hold; all else is ready, and serving goes on. See topctl ledger check.",
        )
        refuse(say(told), code=BOOKS_DO_NOT_HOLD)


def application() -> Any:
    """The ASGI application, for uvicorn and other servers."""
    # Imported here: the other commands of the terminal need no web framework.
    from app.main import create_app

    return create_app(read_settings())


def worker() -> None:
    """Run background work (indexing and the like) as a process of its own; stops on SIGTERM."""
    settings = read_settings()
    run(_worker(settings))


async def _worker(settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        handlers, daily = collect_handlers(database, engine, settings), collect_daily(database, settings)
        await work(database, handlers, stop=stop, daily=daily)
    finally:
        await engine.close()
        await database.close()


def retry() -> None:
    """Give the background jobs that were given up another chance; a worker then does them."""
    revived = run(_retry(read_settings()))
    told = Text(zh=f"{revived} 个任务将重新执行。", en=f"{revived} jobs will be tried again.")
    out.print(say(told))


async def _retry(settings: Settings) -> int:
    database = Database(settings.effective_database_url)
    try:
        return await run_write(database, revive)
    finally:
        await database.close()
