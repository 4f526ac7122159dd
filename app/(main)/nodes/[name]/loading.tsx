import { Skeleton } from '#components/ui/states.tsx'

/** The shape of a node's page under its head, while its data is on the way. */
export default function Loading() {
  return (
    <div aria-busy="true" className="grid flex-1 lg:grid-cols-3 lg:divide-x">
      {Array.from({ length: 3 }, (_, column) => (
        <div key={column} className="flex flex-col gap-4 px-5 py-4">
          <Skeleton className="w-24" />
          {Array.from({ length: 7 }, (_, line) => (
            <Skeleton key={line} className="w-full" />
          ))}
        </div>
      ))}
    </div>
  )
}
