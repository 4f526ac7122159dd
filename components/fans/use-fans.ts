'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SensorList } from '#lib/api/contract.ts'
import type { FansAnswer, FansChange } from '#lib/api/fans-contract.ts'
import { changeFans, fansKey, fansQuery } from '#lib/api/fans.ts'
import type { ApiError } from '#lib/api/fetcher.ts'
import { sensorsQuery } from '#lib/api/queries.ts'

export type SensorRow = SensorList['sensors'][number]

/** A temperature that a policy may hang on: read with the fans, and with what the sweep tells of it where it is the same sensor. */
export type Temperature = Pick<SensorRow, 'key' | 'name' | 'reading' | 'health' | 'thresholds'>

/** The temperatures beside the fans; before these were read, those of the sweep, for the eye alone. */
function toTemperatures({ reading }: FansAnswer, sensors: readonly SensorRow[]): Temperature[] {
  const swept = new Map(sensors.filter(({ kind }) => kind === 'temperature').map((sensor) => [sensor.key, sensor]))
  if (reading === null) return [...swept.values()]
  return reading.temperatures.map(({ key, name, celsius }) => ({ key, name, reading: celsius, health: swept.get(key)?.health ?? 'unknown', thresholds: swept.get(key)?.thresholds ?? {} }))
}

/** The fans of a node and its temperatures, kept fresh; and the way to ask for something. */
export function useFans(node: string, first: { fans: FansAnswer; sensors: SensorList }) {
  const client = useQueryClient()
  const { data: fans } = useQuery({ ...fansQuery(node), initialData: first.fans })
  const { data: sensors } = useQuery({ ...sensorsQuery(node), initialData: first.sensors, refetchInterval: 10_000 })
  const change = useMutation<FansAnswer, ApiError, FansChange>({
    mutationFn: (body) => changeFans(node, body),
    onSuccess: (answer) => client.setQueryData(fansKey(node), answer),
  })
  return { fans, temperatures: toTemperatures(fans, sensors.sensors), speeds: sensors.sensors.filter(({ kind }) => kind === 'fan'), change }
}

