import { describe, expect, it } from 'vitest'
import { createFrontier } from './frontier.ts'

const link = (path: string) => ({ '@odata.id': path })

function all(bodies: object[], limit = 1_000): string[] {
  const frontier = createFrontier('/redfish/v1/', limit)
  for (const body of bodies) frontier.add(body)
  const paths: string[] = []
  for (let path = frontier.next(); path !== undefined; path = frontier.next()) paths.push(path)
  return paths
}

describe('what is read of a tree', () => {
  it('is each resource once, however its path is written', () => {
    const links = [link('/redfish/v1'), link('/redfish/v1/Systems/'), link('/redfish/v1/systems'), link('/redfish/v1/Chassis/1/Thermal#/Fans/0'), link('/redfish/v1/Chassis/1/Thermal#/Fans/1')]
    expect(all([{ Members: links }])).toEqual(['/redfish/v1/', '/redfish/v1/Systems/', '/redfish/v1/Chassis/1/Thermal'])
  })

  it('leads nowhere else, and to nothing that does not belong to the machine', () => {
    const bad = ['https://10.0.0.1/redfish/v1', '//10.0.0.1/redfish', '/redfish/../etc', '/restapi/v1', 7, null]
    const passed = ['/redfish/v1/JSONSchemas/x', '/redfish/v1/Registries/Base', '/redfish/v1/SessionService/Sessions/7', '/redfish/v1/Managers/1/SessionService/Sessions/7', '/redfish/v1/$metadata']
    const body = { '@odata.context': '/redfish/v1/$metadata', Links: [...bad, ...passed].map((one) => ({ '@odata.id': one })), Actions: { '#X': { target: '/redfish/v1/Actions/X' } } }
    expect(all([body])).toEqual(['/redfish/v1/'])
    expect(all([{ Registries: link('/redfish/v1/Registries') }])).toEqual(['/redfish/v1/', '/redfish/v1/Registries'])
  })

  it('follows pages, action infos and settings', () => {
    const body = { 'Members@odata.nextLink': '/redfish/v1/Systems?$skip=2', '@Redfish.Settings': { SettingsObject: link('/redfish/v1/Bios/Settings') }, '@Redfish.ActionInfo': '/redfish/v1/ResetActionInfo' }
    expect(all([body])).toEqual(['/redfish/v1/', '/redfish/v1/Systems?$skip=2', '/redfish/v1/Bios/Settings', '/redfish/v1/ResetActionInfo'])
  })

  it('has single log entries last, a sample of them, and none that its collection tells whole', () => {
    const entries = '/redfish/v1/Managers/1/LogServices/SEL/Entries'
    const whole = { ...link(`${entries}/1`), Id: '1', Message: 'm', Created: 't' }
    expect(all([{ Members: [whole, link(`${entries}/2`)] }, { Systems: link('/redfish/v1/Systems') }])).toEqual(['/redfish/v1/', '/redfish/v1/Systems', `${entries}/2`])
    expect(all([{ Members: Array.from({ length: 900 }, (_, id) => link(`${entries}/${id}`)) }]).length).toBe(501)
  })

  it('remembers no more than it may', () => {
    expect(all([{ Members: Array.from({ length: 900 }, (_, id) => link(`/redfish/v1/Made/${id}`)) }], 100).length).toBe(100)
  })
})
