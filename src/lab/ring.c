/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ring: a packet(7) socket that receives by PACKET_RX_RING, TPACKET_V2, one slot a frame.
 *
 * A ring's room is not limited by net.core.rmem_max, which an ordinary user cannot exceed, and a frame is handed on
 * from where the kernel put it.
 */
#include "ring.h"

#include <endian.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sosh/descriptor.h"

#define SLOTS      4096u
#define SLOT_SIZE  2048u /* the kernel's header and a frame of MTU 1500 */
#define BLOCK_SIZE 65536u
#define RING_SIZE  ((size_t)SLOTS * SLOT_SIZE)

static struct tpacket2_hdr *slot_at(const struct ring *ring, unsigned slot)
{
	return (struct tpacket2_hdr *)(void *)(ring->memory + (size_t)slot % SLOTS * SLOT_SIZE);
}

static int set_option(int fd, int name, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_PACKET, name, value, size);
}

static int map_ring(struct ring *ring)
{
	const int version = TPACKET_V2;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = RING_SIZE / BLOCK_SIZE,
		.tp_frame_size = SLOT_SIZE,
		.tp_frame_nr = SLOTS,
	};
	if (set_option(ring->fd, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    set_option(ring->fd, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return -1;
	void *memory = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (memory == MAP_FAILED)
		return -1;
	ring->memory = memory;
	return 0;
}

/*
 * From here on it receives. What is sent here is not to be received here. PACKET_QDISC_BYPASS: the interface's queue
 * may not be set up yet, and adds nothing.
 */
static int begin(const struct ring *ring)
{
	const int on = 1;
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htobe16(ETH_P_ALL)};
	if (set_option(ring->fd, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ||
	    set_option(ring->fd, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0)
		return -1;
	return bind(ring->fd, (const struct sockaddr *)&all, sizeof(all));
}

int ring_open(struct ring *ring)
{
	*ring = (struct ring){.fd = -1};
	ring->fd = descriptor_raise(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	if (ring->fd < 0)
		return -1;
	if (map_ring(ring) == 0 && begin(ring) == 0)
		return 0;
	int number = errno;
	ring_close(ring);
	errno = number;
	return -1;
}

void ring_close(struct ring *ring)
{
	if (ring->memory)
		munmap(ring->memory, RING_SIZE);
	if (ring->fd >= 0)
		close(ring->fd);
	*ring = (struct ring){.fd = -1};
}

/* The kernel counts from the last question. */
static void count_missed(struct ring *ring)
{
	struct tpacket_stats counts = {0};
	socklen_t size = sizeof(counts);
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size) == 0)
		ring->missed += counts.tp_drops;
}

bool ring_take(struct ring *ring, struct ring_frame *frame)
{
	struct tpacket2_hdr *slot = slot_at(ring, ring->next);
	uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
	if (!(status & TP_STATUS_USER) || ring->unreleased == SLOTS)
		return false;
	if (status & TP_STATUS_LOSING)
		count_missed(ring);
	const struct sockaddr_ll *link = (const void *)((const char *)slot + TPACKET_ALIGN(sizeof(*slot)));
	*frame = (struct ring_frame){
		.interface = (unsigned)link->sll_ifindex,
		.bytes = (char *)slot + slot->tp_mac,
		.length = slot->tp_snaplen,
		.cut_off = slot->tp_snaplen < slot->tp_len,
		.time = (int64_t)slot->tp_sec * 1000000000 + slot->tp_nsec,
	};
	ring->next = (ring->next + 1) % SLOTS;
	ring->unreleased++;
	return true;
}

void ring_release(struct ring *ring)
{
	unsigned slot = ring->next + SLOTS - ring->unreleased;
	for (; ring->unreleased; ring->unreleased--)
		__atomic_store_n(&slot_at(ring, slot++)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

struct sockaddr_ll ring_address(unsigned interface)
{
	return (struct sockaddr_ll){.sll_family = AF_PACKET, .sll_ifindex = (int)interface};
}

int ring_send(struct ring *ring, struct mmsghdr *messages, unsigned count)
{
	int sent;
	do
		sent = sendmmsg(ring->fd, messages, count, MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent;
}

void ring_forgive(struct ring *ring)
{
	int error;
	socklen_t size = sizeof(error);
	getsockopt(ring->fd, SOL_SOCKET, SO_ERROR, &error, &size);
}
