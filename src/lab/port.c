/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ports: packet(7) sockets that receive by a ring (PACKET_RX_RING, TPACKET_V2: one slot a frame).
 *
 * A ring's room is not limited by net.core.rmem_max, which an ordinary user cannot exceed, and a frame is handed on
 * from where the kernel put it.
 */
#include "port.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sosh/descriptor.h"

#define SLOT_SIZE  2048u /* the kernel's header and a frame of MTU 1500 */
#define BLOCK_SIZE (1u << 16)

static struct tpacket2_hdr *slot_at(const struct port *port, unsigned slot)
{
	return (struct tpacket2_hdr *)(void *)(port->ring + (size_t)slot * SLOT_SIZE);
}

static int set_option(int fd, int name, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_PACKET, name, value, size);
}

static int map_ring(struct port *port, unsigned slots)
{
	const int version = TPACKET_V2;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = slots * SLOT_SIZE / BLOCK_SIZE,
		.tp_frame_size = SLOT_SIZE,
		.tp_frame_nr = slots,
	};
	if (set_option(port->fd, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    set_option(port->fd, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return -1;
	void *ring = mmap(NULL, (size_t)slots * SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, port->fd, 0);
	if (ring == MAP_FAILED)
		return -1;
	port->ring = ring;
	port->slots = slots;
	return 0;
}

/*
 * PACKET_QDISC_BYPASS: the interface's queue may not be set up yet, and adds nothing. What is sent here is not to be
 * received here.
 */
static int bind_to(const struct port *port, const char *name)
{
	const int on = 1;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htobe16(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	if (!address.sll_ifindex || set_option(port->fd, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ||
	    set_option(port->fd, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0)
		return -1;
	return bind(port->fd, (const struct sockaddr *)&address, sizeof(address));
}

int port_open(struct port *port, const char *name, unsigned slots)
{
	*port = (struct port){.fd = -1};
	port->fd = descriptor_raise(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	if (port->fd < 0)
		return -1;
	if (map_ring(port, slots) == 0 && bind_to(port, name) == 0)
		return 0;
	int number = errno;
	port_close(port);
	errno = number;
	return -1;
}

void port_close(struct port *port)
{
	if (port->ring)
		munmap(port->ring, (size_t)port->slots * SLOT_SIZE);
	if (port->fd >= 0)
		close(port->fd);
	*port = (struct port){.fd = -1};
}

/* The kernel counts from the last question. */
static void count_missed(struct port *port)
{
	struct tpacket_stats counts = {0};
	socklen_t size = sizeof(counts);
	if (getsockopt(port->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size) == 0)
		port->missed += counts.tp_drops;
}

bool port_peek(struct port *port, struct port_frame *frame)
{
	struct tpacket2_hdr *slot = slot_at(port, port->next);
	uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
	if (!(status & TP_STATUS_USER) || port->unreleased == port->slots)
		return false;
	if (status & TP_STATUS_LOSING)
		count_missed(port);
	*frame = (struct port_frame){
		.bytes = (char *)slot + slot->tp_mac,
		.length = slot->tp_snaplen,
		.cut_off = slot->tp_snaplen < slot->tp_len,
		.time = (int64_t)slot->tp_sec * 1000000000 + slot->tp_nsec,
	};
	return true;
}

void port_skip(struct port *port)
{
	port->next = port->next + 1 == port->slots ? 0 : port->next + 1;
	port->unreleased++;
}

void port_release(struct port *port)
{
	unsigned slot = (port->next + port->slots - port->unreleased) % port->slots;
	for (; port->unreleased; port->unreleased--) {
		__atomic_store_n(&slot_at(port, slot)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		slot = slot + 1 == port->slots ? 0 : slot + 1;
	}
}

int port_send(struct port *port, struct mmsghdr *messages, unsigned count)
{
	int sent;
	do
		sent = sendmmsg(port->fd, messages, count, MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent;
}

void port_forgive(struct port *port)
{
	int error;
	socklen_t size = sizeof(error);
	getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &size);
}
