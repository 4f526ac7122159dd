import { SensorTable } from '#components/sensors/sensor-table.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listSensors } from '#lib/data/nodes.ts'

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  return <SensorTable node={name} first={await listSensors(user, name)} />
}
