/** Something that stands in the way of starting, said to a person in one line: what is wrong and what to do. Printed without a stack. */
export class Complaint extends Error {
  override readonly name = 'Complaint'
}

/** The line of whatever was thrown. */
export const toLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!
