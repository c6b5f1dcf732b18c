import { Cursor } from './cursor.ts'
import { readKvEntry, skipKvEntry } from './kv-list.ts'
import type { KvEntry } from './kv-list.ts'
import { decodeName, isText } from './text.ts'
import { readTypedValue, skipTypedValue } from './typed-data.ts'
import type { TypedValue } from './typed-data.ts'

/**
 * One message of a NOTIFY frame: `<MESSAGE-NAME> <NB-ARGS> <KV-LIST>` (SPOE.txt, section 3.2). A view of the
 * frame's bytes, which were checked before: nothing is decoded until it is asked for.
 */
export class Message {
  readonly #bytes: Buffer
  readonly #nameStart: number
  readonly #nameEnd: number
  readonly #argsEnd: number
  #name: string | undefined
  #args: readonly KvEntry[] | undefined

  /** @internal Made by `readMessages` from bytes that `areMessagesValid` accepted. */
  constructor(bytes: Buffer, nameStart: number, nameEnd: number, argsEnd: number) {
    this.#bytes = bytes
    this.#nameStart = nameStart
    this.#nameEnd = nameEnd
    this.#argsEnd = argsEnd
  }

  /** The `spoe-message` it comes from. */
  get name(): string {
    return (this.#name ??= decodeName(this.#bytes, this.#nameStart, this.#nameEnd))
  }

  /** How many arguments there are: 0 to 255. */
  get argCount(): number {
    return this.#bytes[this.#nameEnd]!
  }

  /** All arguments in order; names may be empty and may come more than once. */
  get args(): readonly KvEntry[] {
    if (this.#args) return this.#args
    const cursor = this.#argsCursor()
    const args: KvEntry[] = []
    for (let left = this.argCount; left > 0; left--) args.push(readKvEntry(cursor)!)
    this.#args = args
    return args
  }

  /** The value of the first argument of this name, decoding no other: undefined where there is none. */
  arg(name: string): TypedValue | undefined {
    const cursor = this.#argsCursor()
    for (let left = this.argCount; left > 0; left--) {
      const length = cursor.readLength()
      const start = cursor.offset
      cursor.skip(length)
      if (isText(this.#bytes, start, cursor.offset, name)) return readTypedValue(cursor)
      skipTypedValue(cursor)
    }
    return undefined
  }

  #argsCursor(): Cursor {
    return new Cursor(this.#bytes, this.#nameEnd + 1, this.#argsEnd)
  }
}

/** True if the bytes to `end` are a LIST-OF-MESSAGES, each value whole and of a known type. Allocates nothing. */
export function areMessagesValid(cursor: Cursor): boolean {
  while (cursor.offset < cursor.end) {
    const nameLength = cursor.readLength()
    if (nameLength < 0) return false
    cursor.skip(nameLength)
    const argCount = cursor.readByte()
    if (argCount < 0) return false
    for (let left = argCount; left > 0; left--) if (!skipKvEntry(cursor)) return false
  }
  return true
}

/** The messages of bytes that `areMessagesValid` accepted, in order. */
export function readMessages(cursor: Cursor): Message[] {
  const messages: Message[] = []
  while (cursor.offset < cursor.end) {
    const nameLength = cursor.readLength()
    const nameStart = cursor.offset
    cursor.skip(nameLength)
    const nameEnd = cursor.offset
    for (let left = cursor.readByte(); left > 0; left--) skipKvEntry(cursor)
    messages.push(new Message(cursor.bytes, nameStart, nameEnd, cursor.offset))
  }
  return messages
}
