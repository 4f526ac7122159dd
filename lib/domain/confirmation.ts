/** Above so many nodes a person types the number before something happens to them, in the browser and at the command line. */
export const typeNumberAbove = 10

/** The confirming text is the number of nodes, and nothing else. */
export const isConfirmed = (count: number, typed: string) => count <= typeNumberAbove || typed.trim() === String(count)
