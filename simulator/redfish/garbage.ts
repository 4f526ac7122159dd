import type { ServerResponse } from 'node:http'

/** How many kinds of garbage there are. */
export const garbageKinds = 5

const oversizedBytes = 64 * 1024 * 1024
const oversizedChunk = Buffer.alloc(64 * 1024, '{"a":[')

/** Answers in one of the ways that a broken or hostile BMC has; the client has to survive each. */
export function answerGarbage(response: ServerResponse, kind: number): void {
  switch (kind) {
    case 0:
      sendJson(response, '{"Systems": {"@odata.id": "/redfish/v1/Sys')
      return
    case 1:
      sendJson(response, '{"Systems": 7, "PowerState": ["On"], "Status": "fine", "Members": {"a": null}, "Temperatures": "hot"}')
      return
    case 2:
      // Promises more than it sends, then hangs up.
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '5000' })
      response.write('{"Id": "1"', () => response.socket?.destroy())
      return
    case 3:
      sendOversized(response)
      return
    default:
      response.socket?.end('\x00\xff\x13\x37 not HTTP at all\r\n\r\n', 'latin1')
  }
}

function sendJson(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(text)
}

/** 64 MiB in pieces, as fast as the reader takes them and no further than it stays. */
function sendOversized(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  let sent = 0
  const pump = () => {
    while (sent < oversizedBytes && !response.destroyed) {
      sent += oversizedChunk.length
      if (!response.write(oversizedChunk)) {
        response.once('drain', pump)
        return
      }
    }
    response.end()
  }
  pump()
}
