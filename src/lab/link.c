/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Network interfaces by rtnetlink(7): one request, one acknowledgement each.
 */
#include "link.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_SIZE 512

/* The bytes of a request, aligned and zeroed. */
struct request {
	_Alignas(struct nlmsghdr) char bytes[REQUEST_SIZE];
};

static struct nlmsghdr *request_begin(struct request *request, int type, int flags)
{
	memset(request, 0, sizeof(*request));
	struct nlmsghdr *message = mnl_nlmsg_put_header(request->bytes);
	message->nlmsg_type = (uint16_t)type;
	message->nlmsg_flags = (uint16_t)(flags | NLM_F_ACK);
	return message;
}

static struct nlmsghdr *link_begin(struct request *request, int type, unsigned index, struct ifinfomsg **link)
{
	struct nlmsghdr *message = request_begin(request, type, 0);
	*link = mnl_nlmsg_put_extra_header(message, sizeof(**link));
	(*link)->ifi_index = (int)index;
	return message;
}

/* Several queues would only let frames overtake each other. */
static void put_end(struct nlmsghdr *message, const struct link_end *end)
{
	mnl_attr_put_strz(message, IFLA_IFNAME, end->name);
	mnl_attr_put(message, IFLA_ADDRESS, ETH_ALEN, end->mac);
	mnl_attr_put_u32(message, IFLA_MTU, LINK_MTU);
	mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, 1);
	if (end->thread)
		mnl_attr_put_u32(message, IFLA_NET_NS_PID, (uint32_t)end->thread);
}

int link_make_pair(struct netlink *route, const struct link_end *here, const struct link_end *there)
{
	struct request request;
	struct ifinfomsg *link;
	struct nlmsghdr *message = link_begin(&request, RTM_NEWLINK, here->index, &link);
	message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	put_end(message, here);
	struct nlattr *information = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
	link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_index = (int)there->index;
	put_end(message, there);
	mnl_attr_nest_end(message, peer);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, information);
	return netlink_ask(route, message, NULL, NULL);
}

int link_no_autoconf(struct netlink *route, unsigned index)
{
	struct request request;
	struct ifinfomsg *link;
	struct nlmsghdr *message = link_begin(&request, RTM_NEWLINK, index, &link);
	struct nlattr *families = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	struct nlattr *ipv6 = mnl_attr_nest_start(message, AF_INET6);
	mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(message, ipv6);
	mnl_attr_nest_end(message, families);
	return netlink_ask(route, message, NULL, NULL);
}

int link_flags(struct netlink *route, unsigned index, unsigned set, unsigned clear)
{
	struct request request;
	struct ifinfomsg *link;
	struct nlmsghdr *message = link_begin(&request, RTM_NEWLINK, index, &link);
	link->ifi_flags = set;
	link->ifi_change = set | clear;
	return netlink_ask(route, message, NULL, NULL);
}

int link_settle(struct netlink *route, unsigned index)
{
	struct request request;
	struct ifinfomsg *link;
	return netlink_ask(route, link_begin(&request, RTM_GETLINK, index, &link), NULL, NULL);
}

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

int link_address(struct netlink *route, unsigned index, int family, const void *address, unsigned prefix)
{
	struct request request;
	struct nlmsghdr *message = request_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifa_family = (uint8_t)family;
	header->ifa_prefixlen = (uint8_t)prefix;
	header->ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD;
	header->ifa_index = index;
	mnl_attr_put(message, IFA_LOCAL, address_size(family), address);
	mnl_attr_put(message, IFA_ADDRESS, address_size(family), address);
	if (family == AF_INET) {
		uint32_t broadcast;
		memcpy(&broadcast, address, sizeof(broadcast));
		broadcast |= htobe32(UINT32_MAX >> prefix);
		mnl_attr_put(message, IFA_BROADCAST, sizeof(broadcast), &broadcast);
	}
	return netlink_ask(route, message, NULL, NULL);
}

static int read_route(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	bool *local = context;
	if (message->nlmsg_type == RTM_NEWROUTE && mnl_nlmsg_get_payload_len(message) >= sizeof(*header))
		*local = header->rtm_type == RTN_LOCAL;
	return 0;
}

bool link_is_local(struct netlink *route, int family, const void *address)
{
	struct request request;
	bool local = false;
	struct nlmsghdr *message = request_begin(&request, RTM_GETROUTE, 0);
	message->nlmsg_flags = 0; /* the answer is enough */
	struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->rtm_family = (uint8_t)family;
	header->rtm_dst_len = (uint8_t)(address_size(family) * 8);
	mnl_attr_put(message, RTA_DST, address_size(family), address);
	return netlink_ask(route, message, read_route, &local) == 0 && local;
}

int link_route(struct netlink *route, unsigned index, int family, const void *address, unsigned prefix)
{
	struct request request;
	struct nlmsghdr *message = request_begin(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->rtm_family = (uint8_t)family;
	header->rtm_dst_len = (uint8_t)prefix;
	header->rtm_table = RT_TABLE_MAIN;
	header->rtm_protocol = RTPROT_STATIC;
	header->rtm_scope = RT_SCOPE_LINK;
	header->rtm_type = RTN_UNICAST;
	mnl_attr_put(message, RTA_DST, address_size(family), address);
	mnl_attr_put_u32(message, RTA_OIF, index);
	return netlink_ask(route, message, NULL, NULL);
}

int link_neighbour(struct netlink *route, unsigned index, int family, const void *address,
                   const unsigned char mac[ETH_ALEN])
{
	struct request request;
	struct nlmsghdr *message = request_begin(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ndm_family = (uint8_t)family;
	header->ndm_ifindex = (int)index;
	header->ndm_state = NUD_PERMANENT;
	mnl_attr_put(message, NDA_DST, address_size(family), address);
	mnl_attr_put(message, NDA_LLADDR, ETH_ALEN, mac);
	return netlink_ask(route, message, NULL, NULL);
}

int link_no_offloads(const char *name)
{
	static const uint32_t commands[] = {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	int result = 0;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands) && result == 0; i++) {
		struct ethtool_value value = {.cmd = commands[i], .data = 0};
		struct ifreq request = {.ifr_data = (void *)&value};
		strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
		result = ioctl(fd, SIOCETHTOOL, &request);
	}
	int number = errno;
	close(fd);
	errno = number;
	return result;
}
