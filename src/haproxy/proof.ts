/** The request header that carries the proof of work to the origin. */
export const proofHeader = 'x-spoe-proof'
/** What the origin sees in that header where no ACK set the proof. */
export const proofAbsent = 'none'
