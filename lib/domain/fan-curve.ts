import * as z from 'zod/mini'

/** One corner of a curve: from this temperature on (°C) the fans of a zone run at this duty (percent). */
export const curvePoint = z.strictObject({
  celsius: z.int().check(z.minimum(0), z.maximum(120)),
  percent: z.int().check(z.minimum(0), z.maximum(100)),
})
export type CurvePoint = z.infer<typeof curvePoint>

/** From two to twelve corners; each is hotter than the one before, and its fans are no slower. */
export const curvePoints = z.array(curvePoint).check(
  z.minLength(2),
  z.maxLength(12),
  z.refine((points) => points.every((point, i) => i === 0 || point.celsius > points[i - 1]!.celsius), 'each point must be hotter than the one before'),
  z.refine((points) => points.every((point, i) => i === 0 || point.percent >= points[i - 1]!.percent), 'no point may have a lower duty than one that is cooler'),
)

/** The duty at a temperature: straight lines between the corners, level before the first and after the last. Rounded up to whole percent. */
export function toPercent(points: readonly CurvePoint[], celsius: number): number {
  const above = points.findIndex((point) => point.celsius >= celsius)
  if (above === 0) return points[0]!.percent
  if (above === -1) return points.at(-1)!.percent
  const [low, high] = [points[above - 1]!, points[above]!]
  const share = (celsius - low.celsius) / (high.celsius - low.celsius)
  // The small step keeps 45.00000000001 from becoming 46.
  return Math.ceil(low.percent + share * (high.percent - low.percent) - 1e-6)
}

/**
 * The temperature that the duty stands for. It follows a rise at once, and a fall only when that is deeper than the hysteresis: so fans that
 * are near a corner do not go up and down with every reading.
 */
export const toLevel = (levelC: number | null, celsius: number, hysteresisC: number): number =>
  levelC === null ? celsius : Math.max(celsius, Math.min(levelC, celsius + hysteresisC))
