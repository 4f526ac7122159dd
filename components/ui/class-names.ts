/** Joins what is a class name and leaves out what is not. */
export const cx = (...names: (string | false | null | undefined)[]) => names.filter(Boolean).join(' ')
