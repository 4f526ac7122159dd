type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** An object without the properties that are undefined: what a BMC does not tell has no key in what is stored. */
export function withoutNothing<T extends object>(given: T): Known<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Known<T>
}
