/** Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */

export type Family = { name: string; type: 'gauge' | 'counter'; help: string }
export type Labels = Readonly<Record<string, string | null | undefined>>

export const expositionMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** Backslash, line feed and quotation mark are what a label's value escapes. */
const escape = (value: string) => (/[\\\n"]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value)

function toLabels(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [`${name}="${escape(value)}"`]))
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/**
 * Families in the order in which they were declared, however their samples come in: the format wants all samples of one together. A family
 * without samples is left out. Labels that are null or empty are left out, as Prometheus itself would.
 */
export function createExposition<Name extends string>(families: Readonly<Record<Name, Omit<Family, 'name'>>>) {
  const lines = new Map<Name, string[]>()
  return {
    add(name: Name, labels: Labels, value: number): void {
      let of = lines.get(name)
      if (of === undefined) lines.set(name, (of = []))
      of.push(`${name}${toLabels(labels)} ${value}\n`)
    },
    *text(): Generator<string> {
      for (const [name, { type, help }] of Object.entries(families) as [Name, Omit<Family, 'name'>][]) {
        const of = lines.get(name)
        if (of === undefined) continue
        yield `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
        for (let at = 0; at < of.length; at += 1_000) yield of.slice(at, at + 1_000).join('')
      }
    },
  }
}
export type Exposition<Name extends string> = ReturnType<typeof createExposition<Name>>
