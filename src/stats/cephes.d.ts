/**
 * `cephes` (BSD-3-Clause, no dependencies) is here for the normal distribution, Student's t and the incomplete beta:
 * its WebAssembly brings its own exp and log, so every machine gets the same bits.
 * Its types are not reachable through its `exports`, hence the few signatures that we call.
 */
declare module 'cephes' {
  /** Settles when the functions below may be called. */
  export const compiled: Promise<void>
  /** Area under the standard normal density, left of x. */
  export function ndtr(x: number): number
  /** Inverse of `ndtr`. */
  export function ndtri(probability: number): number
  /** P(T <= t) for Student's t with a whole number of degrees of freedom. */
  export function stdtr(degrees: number, t: number): number
  /** Inverse of `stdtr`. */
  export function stdtri(degrees: number, probability: number): number
  /** Inverse of the regularised incomplete beta integral. */
  export function incbi(a: number, b: number, probability: number): number
}
