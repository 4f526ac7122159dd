/** A megabyte or two that start by virtual media and bring the rest over the node's own network: what slow links to BMCs want. */
export const netbootUrl = 'https://boot.netboot.xyz/ipxe/netboot.xyz.iso'
