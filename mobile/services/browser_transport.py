"""`fetch` of the browser as a `Transport`."""

from js import AbortController, Object, clearTimeout, fetch, location, setTimeout
from pyodide.ffi import JsException, to_js

from mobile.services.transport import Request, Response, Unreachable


class BrowserTransport:
    """Requests to the app's own origin. Cookies are never sent: the tokens are proofs, not ambient authority."""

    def __init__(self) -> None:
        self.origin = str(location.origin)

    async def send(self, request: Request) -> Response:
        stop = AbortController.new()
        timer = setTimeout(stop.abort.bind(stop), int(request.timeout_s * 1000))
        options = {
            "method": request.method,
            "headers": request.headers,
            "credentials": "omit",
            "cache": "no-cache",
            "redirect": "error",
            "signal": stop.signal,
        }
        if request.body is not None:
            options["body"] = to_js(request.body) if isinstance(request.body, bytes) else request.body
        try:
            answer = await fetch(f"{self.origin}{request.path}", to_js(options, dict_converter=Object.fromEntries))
            body = bytes((await answer.arrayBuffer()).to_bytes())
        except JsException as error:
            raise Unreachable(str(error.message)) from None
        finally:
            clearTimeout(timer)
        headers = {str(name).lower(): str(value) for name, value in answer.headers}
        return Response(int(answer.status), headers, body)
