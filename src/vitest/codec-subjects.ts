import type { Action } from '../spop/action.ts'
import { readAck, writeAck } from '../spop/ack.ts'
import type { Ack } from '../spop/ack.ts'
import { ByteWriter } from '../spop/byte-writer.ts'
import { Cursor } from '../spop/cursor.ts'
import { FrameParser, parsed } from '../spop/frame-parser.ts'
import { isNotifyValid, NotifyView } from '../spop/notify.ts'
import { NotifyReader } from '../spop/notify-reader.ts'
import type { Subject } from './interleave.ts'

/** Frames behind one another in one buffer, as a busy connection delivers them. */
const batch = 64

/** One frame of a batch, found by the parser. */
class Place {
  readonly bytes: Buffer
  readonly type: number
  readonly flags: number
  readonly idsOffset: number
  readonly payloadOffset: number
  readonly end: number

  constructor(parser: FrameParser) {
    this.bytes = parser.bytes
    this.type = parser.type
    this.flags = parser.flags
    this.idsOffset = parser.idsOffset
    this.payloadOffset = parser.payloadOffset
    this.end = parser.end
  }
}

function placesIn(bytes: Buffer): Place[] {
  const parser = new FrameParser(bytes.length)
  const places: Place[] = []
  parser.push(bytes)
  while (parser.next() === parsed.frame) places.push(new Place(parser))
  return places
}

/** Every byte of every value, added up. */
function checksum(reader: NotifyReader): number {
  let sum = 0
  while (reader.nextMessage()) {
    while (reader.nextArg()) {
      const { bytes, end } = reader
      for (let at = reader.start; at < end; at++) sum += bytes[at]!
    }
  }
  return sum
}

/** Decoding without objects: a reader walks the payload, and every byte of every value is read. */
export function readSubject(notify: Buffer): Subject {
  const places = placesIn(Buffer.concat(Array.from({ length: batch }, () => notify)))
  const reader = new NotifyReader()
  return {
    name: 'decode, every byte of every value read',
    operationsPerRound: batch,
    run(rounds) {
      let sum = 0
      for (let round = 0; round < rounds; round++) {
        for (const place of places) {
          reader.reset(place)
          sum += checksum(reader)
        }
      }
      return sum
    },
  }
}

/** The same from the stream: frames found, checked as the agent checks them, and read. */
export function streamSubject(notify: Buffer): Subject {
  const bytes = Buffer.concat(Array.from({ length: batch }, () => notify))
  const parser = new FrameParser(bytes.length)
  const cursor = new Cursor(bytes)
  const reader = new NotifyReader()
  return {
    name: 'the same from the stream, frames found and checked',
    operationsPerRound: batch,
    run(rounds) {
      let sum = 0
      for (let round = 0; round < rounds; round++) {
        parser.push(bytes)
        while (parser.next() === parsed.frame) {
          if (!isNotifyValid(parser, cursor)) throw new Error('Expected a valid NOTIFY in the fixture.')
          reader.reset(parser)
          sum += checksum(reader)
        }
      }
      return sum
    },
  }
}

/** Decoding into JavaScript values: what a handler gets from `messages` and `args`. The sum is of their lengths. */
export function valuesSubject(notify: Buffer): Subject {
  const places = placesIn(Buffer.concat(Array.from({ length: batch }, () => notify)))
  return {
    name: 'decode into JavaScript values',
    operationsPerRound: batch,
    run(rounds) {
      let sum = 0
      for (let round = 0; round < rounds; round++) {
        for (const place of places) {
          for (const { args } of new NotifyView(place).messages) {
            for (const { name, value } of args) sum += name.length + String(value.value).length
          }
        }
      }
      return sum
    },
  }
}

export interface AckSubject extends Subject {
  /** The ACKs of the last round, decoded. */
  decoded(): (Ack | undefined)[]
}

/** Encoding the ACK of each frame; the sum is of its bytes. */
export function ackSubject(notify: Buffer, actions: readonly Action[]): AckSubject {
  const places = placesIn(Buffer.concat(Array.from({ length: batch }, () => notify)))
  const writer = new ByteWriter(65_536)
  return {
    name: 'encode an ACK with one action',
    operationsPerRound: batch,
    run(rounds) {
      let sum = 0
      for (let round = 0; round < rounds; round++) {
        writer.length = 0
        for (const place of places) writeAck(writer, place, actions, 16_380)
        sum += writer.length
      }
      return sum
    },
    decoded: () => placesIn(writer.toBytes()).map(readAck),
  }
}
