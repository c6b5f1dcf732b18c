import type { ByteWriter } from './byte-writer.ts'
import { malformed } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import { decodeName } from './text.ts'
import { readTypedValue, skipTypedValue, writeTypedValue } from './typed-data.ts'
import type { TypedValue } from './typed-data.ts'

/** One item of a KV-LIST (SPOE.txt, section 3.2): a name and a typed value. */
export interface KvEntry {
  readonly name: string
  readonly value: TypedValue
}

/** Reads one item: undefined where it is malformed. An empty name is legal (HAProxy sends them). */
export function readKvEntry(cursor: Cursor): KvEntry | undefined {
  const length = cursor.readLength()
  if (length === malformed) return undefined
  const name = decodeName(cursor.bytes, cursor.offset, cursor.offset + length)
  cursor.skip(length)
  const value = readTypedValue(cursor)
  return value === undefined ? undefined : { name, value }
}

/** Passes over one item: true if it was well formed. */
export function skipKvEntry(cursor: Cursor): boolean {
  const length = cursor.readLength()
  return length !== malformed && cursor.skip(length) && skipTypedValue(cursor)
}

/** Reads items to the end of the bytes, in order, duplicates kept: undefined where one is malformed. */
export function readKvList(cursor: Cursor): KvEntry[] | undefined {
  const entries: KvEntry[] = []
  while (cursor.offset < cursor.end) {
    const entry = readKvEntry(cursor)
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return entries
}

/** Writes items in order. */
export function writeKvList(writer: ByteWriter, entries: readonly KvEntry[]): void {
  for (const { name, value } of entries) {
    writer.writeString(name)
    writeTypedValue(writer, value)
  }
}
