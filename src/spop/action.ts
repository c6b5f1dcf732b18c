import type { ByteWriter } from './byte-writer.ts'
import type { Cursor } from './cursor.ts'
import { quote } from './quote.ts'
import { SpopError } from './status.ts'
import { readTypedValue, toTypedValue, writeTypedValue } from './typed-data.ts'
import type { Primitive, TypedValue } from './typed-data.ts'

/** Action types (SPOE.txt, section 3.4). */
export const actionType = { setVar: 1, unsetVar: 2 } as const

/** Variable scopes by HAProxy's names (SPOE.txt, section 3.4). */
export const variableScope = { proc: 0, sess: 1, txn: 2, req: 3, res: 4 } as const

/** How long a variable lives: process, session, transaction, request or response. */
export type VariableScope = keyof typeof variableScope

/** Sets a variable: `<scope>.<var-prefix>.<name>` in HAProxy. */
export interface SetVar {
  readonly type: 'set-var'
  readonly scope: VariableScope
  readonly name: string
  readonly value: TypedValue
}

/** Unsets a variable. */
export interface UnsetVar {
  readonly type: 'unset-var'
  readonly scope: VariableScope
  readonly name: string
}

/** One action of an ACK (SPOE.txt, section 3.4), made by `setVar` or `unsetVar`. */
export type Action = SetVar | UnsetVar

/** HAProxy drops an action whose `<scope>.<var-prefix>.<name>` has more characters. */
const maxVariableLength = 63

/**
 * An action that sets a variable. HAProxy adds the engine's `var-prefix`, and drops the action without a word
 * if no rule of its configuration mentions that variable (unless the engine has `option force-set-var`).
 * @param value a typed value, or a plain one (see `toTypedValue`).
 * @throws SpopError `invalidArgument` for what HAProxy would drop: another scope, a name that is empty, too long
 *   or has characters other than letters, digits, `_` and `.`; and for a plain value that `toTypedValue` refuses.
 *   What is in a typed value is checked when it is encoded: then the handler's answer counts as failed.
 */
export function setVar(scope: VariableScope, name: string, value: TypedValue | Primitive): SetVar {
  checkVariable(scope, name)
  return { type: 'set-var', scope, name, value: toTypedValue(value) }
}

/**
 * An action that unsets a variable.
 * @throws SpopError `invalidArgument` as `setVar` does.
 */
export function unsetVar(scope: VariableScope, name: string): UnsetVar {
  checkVariable(scope, name)
  return { type: 'unset-var', scope, name }
}

/** HAProxy silently drops the rest of a list behind a malformed action, so nothing malformed may leave. */
function checkVariable(scope: string, name: string): void {
  if (!Object.hasOwn(variableScope, scope)) {
    throw new SpopError(
      'invalidArgument',
      `Expected a scope of proc, sess, txn, req or res, got ${quote(scope)}`,
    )
  }
  // The prefix is not known here; it has one character at least.
  const maxLength = maxVariableLength - scope.length - '.p.'.length
  if (!isVariableName(name) || name.length > maxLength) {
    throw new SpopError(
      'invalidArgument',
      `Expected a variable name of 1 to ${maxLength} letters, digits, "_" or ".", got ${quote(name)}`,
    )
  }
}

function isVariableName(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index)
    const isDigit = unit >= 0x30 && unit <= 0x39
    const isLetter = (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)
    if (!isDigit && !isLetter && unit !== 0x5f && unit !== 0x2e) return false
  }
  return name.length > 0
}

/** Writes a LIST-OF-ACTIONS, each action checked again: it may not come from `setVar`. */
export function writeActions(writer: ByteWriter, actions: readonly Action[]): void {
  for (const action of actions) {
    const { type, scope, name } = action
    checkVariable(scope, name)
    if (type === 'set-var') {
      writer.reserve(3)
      writer.bytes[writer.length++] = actionType.setVar
      writer.bytes[writer.length++] = 3
      writer.bytes[writer.length++] = variableScope[scope]
      writer.writeString(name)
      writeTypedValue(writer, action.value)
    } else if (type === 'unset-var') {
      writer.reserve(3)
      writer.bytes[writer.length++] = actionType.unsetVar
      writer.bytes[writer.length++] = 2
      writer.bytes[writer.length++] = variableScope[scope]
      writer.writeString(name)
    } else {
      throw new SpopError(
        'invalidArgument',
        `Expected an action of type set-var or unset-var, got ${quote(type)}`,
      )
    }
  }
}

/** Scopes by their number on the wire. */
const scopes: readonly VariableScope[] = ['proc', 'sess', 'txn', 'req', 'res']

/** Reads a LIST-OF-ACTIONS to the end: undefined where it is malformed. */
export function readActions(cursor: Cursor): Action[] | undefined {
  const actions: Action[] = []
  while (cursor.offset < cursor.end) {
    const type = cursor.readByte()
    const argCount = cursor.readByte()
    const scope = scopes[cursor.readByte()]
    const length = cursor.readLength()
    if (length < 0 || scope === undefined) return undefined
    const name = cursor.bytes.toString('utf8', cursor.offset, cursor.offset + length)
    cursor.skip(length)
    if (type === actionType.setVar && argCount === 3) {
      const value = readTypedValue(cursor)
      if (value === undefined) return undefined
      actions.push({ type: 'set-var', scope, name, value })
    } else if (type === actionType.unsetVar && argCount === 2) {
      actions.push({ type: 'unset-var', scope, name })
    } else {
      return undefined
    }
  }
  return actions
}
