import { ByteWriter } from './byte-writer.ts'
import { Cursor } from './cursor.ts'
import { encodeFrame, frameType } from './frame.ts'
import type { FrameView } from './frame-parser.ts'
import { readKvList, writeKvList } from './kv-list.ts'
import { statusReason } from './status.ts'

/** What a DISCONNECT frame says (SPOE.txt, sections 3.2.8 and 3.2.9). */
export interface Disconnect {
  readonly statusCode: number
  readonly message: string
}

/** Encodes an AGENT-DISCONNECT frame; `message` defaults to the words of the status code. */
export function encodeAgentDisconnect(
  statusCode: number,
  message: string = statusReason(statusCode),
): Buffer {
  return encodeDisconnect(frameType.agentDisconnect, { statusCode, message })
}

/** Encodes a HAPROXY-DISCONNECT frame, as HAProxy would send it. */
export function encodeHaproxyDisconnect(
  statusCode: number,
  message: string = statusReason(statusCode),
): Buffer {
  return encodeDisconnect(frameType.haproxyDisconnect, { statusCode, message })
}

function encodeDisconnect(type: number, { statusCode, message }: Disconnect): Buffer {
  const writer = new ByteWriter()
  writeKvList(writer, [
    { name: 'status-code', value: { type: 'uint32', value: statusCode } },
    { name: 'message', value: { type: 'string', value: message } },
  ])
  return encodeFrame({ type, payload: writer.toBytes() })
}

/** Reads a DISCONNECT frame: undefined where it is malformed or one of its two mandatory items is not there. */
export function readDisconnect(frame: FrameView): Disconnect | undefined {
  const entries = readKvList(new Cursor(frame.bytes, frame.payloadOffset, frame.end))
  let statusCode: number | undefined
  let message: string | undefined
  for (const { name, value } of entries ?? []) {
    if (name === 'status-code' && value.type === 'uint32') statusCode = value.value
    if (name === 'message' && value.type === 'string') message = value.value
  }
  return statusCode === undefined || message === undefined ? undefined : { statusCode, message }
}
