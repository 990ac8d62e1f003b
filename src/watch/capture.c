/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capture by a packet(7) socket: without the links' headers (SOCK_DGRAM), so that all kinds of interfaces are alike;
 * into a ring of memory shared with the kernel (TPACKET_V2), which is not limited by net.core.rmem_max, and is read
 * without a system call.
 */
#include "sosh/capture.h"

#include <endian.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/memory.h"

#define LOOPBACK 1u /* the index of `lo`, in every network namespace */
#define SNAP     384u
#define EVERY    0x40000u /* more than any packet has */

/* A ring's blocks are whole pages; a slot never goes over the end of a block. */
static const struct tpacket_req headers_only = {
	.tp_block_size = 1u << 16,
	.tp_frame_size = 512,
	.tp_block_nr = CAPTURE_ROOM / 128,
	.tp_frame_nr = CAPTURE_ROOM,
};
static const struct tpacket_req whole_packets = {
	.tp_block_size = 1u << 20,
	.tp_frame_size = 65616, /* the kernel's header and 64 KiB, as segmentation offload hands them on */
	.tp_block_nr = 32,
	.tp_frame_nr = 32 * 15,
};

struct capture {
	int fd;
	struct tpacket_req ring;
	char *memory; /* mapped */
	unsigned next;
	struct tpacket2_hdr *taken; /* the slot that is not given back yet; NULL */
	uint64_t missed;
	int64_t begun;
};

static size_t ring_size(const struct capture *capture)
{
	return (size_t)capture->ring.tp_block_size * capture->ring.tp_block_nr;
}

static int set_option(const struct capture *capture, int level, int name, const void *value, socklen_t size)
{
	return setsockopt(capture->fd, level, name, value, size);
}

/*
 * What the kernel does not even put into the ring: other protocols than IP, packets between others, and what arrives
 * on loopback, which was seen when it was sent.
 */
static int set_filter(const struct capture *capture, unsigned snap)
{
	enum { TAKE = 8, LEAVE = 9 };
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, LEAVE - 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, TAKE - 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PACKET_OTHERHOST, LEAVE - 6, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOOPBACK, LEAVE - 8, 0),
		[TAKE] = BPF_STMT(BPF_RET | BPF_K, snap),
		[LEAVE] = BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};
	return set_option(capture, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int map_ring(struct capture *capture)
{
	const int version = TPACKET_V2;
	if (set_option(capture, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    set_option(capture, SOL_PACKET, PACKET_RX_RING, &capture->ring, sizeof(capture->ring)) < 0)
		return -1;
	void *memory = mmap(NULL, ring_size(capture), PROT_READ | PROT_WRITE, MAP_SHARED, capture->fd, 0);
	if (memory == MAP_FAILED)
		return -1;
	capture->memory = memory;
	return 0;
}

static int64_t real_time(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A socket of protocol 0 receives nothing before it is bound to one. */
static int begin(struct capture *capture, bool whole)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htobe16(ETH_P_ALL)};
	capture->fd = descriptor_raise(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	if (capture->fd < 0 || map_ring(capture) < 0 || set_filter(capture, whole ? EVERY : SNAP) < 0)
		return -1;
	capture->begun = real_time();
	return bind(capture->fd, (const struct sockaddr *)&all, sizeof(all));
}

static void explain(struct error *error, int number)
{
	if (number == EPERM || number == EACCES)
		error_set(error,
		          "this process may not capture (CAP_NET_RAW). Two ways out: run sosh as root, or give it "
		          "that capability (setcap cap_net_raw+ep, on its file); or run `sosh --sandbox`, whose "
		          "own network may be captured by everybody");
	else if (number == EMFILE || number == ENFILE)
		error_set(error, "no descriptors are left for a capture: close some handles, or set nofile higher");
	else if (number == EAFNOSUPPORT)
		error_set(error, "this kernel has no packet sockets (CONFIG_PACKET), so nothing can be captured");
	else
		error_set(error, "nothing can be captured: %s", strerror(number));
}

struct capture *capture_open(bool whole, struct error *error)
{
	struct capture *capture = memory_zero(sizeof(*capture));
	capture->ring = whole ? whole_packets : headers_only;
	if (begin(capture, whole) == 0)
		return capture;
	explain(error, errno);
	capture_close(capture);
	return NULL;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	if (capture->memory)
		munmap(capture->memory, ring_size(capture));
	if (capture->fd >= 0)
		close(capture->fd);
	free(capture);
}

int capture_descriptor(const struct capture *capture)
{
	return capture->fd;
}

static struct tpacket2_hdr *slot_at(const struct capture *capture, unsigned slot)
{
	const struct tpacket_req *ring = &capture->ring;
	unsigned in_block = ring->tp_block_size / ring->tp_frame_size;
	size_t place =
		(size_t)(slot / in_block) * ring->tp_block_size + (size_t)(slot % in_block) * ring->tp_frame_size;
	return (struct tpacket2_hdr *)(void *)(capture->memory + place);
}

/* The kernel counts from the last question. */
static void count_missed(struct capture *capture)
{
	struct tpacket_stats counts = {0};
	socklen_t size = sizeof(counts);
	if (getsockopt(capture->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size) == 0)
		capture->missed += counts.tp_drops;
}

static void give_back(struct capture *capture)
{
	if (capture->taken)
		__atomic_store_n(&capture->taken->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	capture->taken = NULL;
}

bool capture_take(struct capture *capture, struct captured *captured)
{
	give_back(capture);
	struct tpacket2_hdr *slot = slot_at(capture, capture->next);
	uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
	if (!(status & TP_STATUS_USER))
		return false;
	if (status & TP_STATUS_LOSING)
		count_missed(capture);
	const struct sockaddr_ll *link = (const void *)((const char *)slot + TPACKET_ALIGN(sizeof(*slot)));
	*captured = (struct captured){
		.interface = (unsigned)link->sll_ifindex,
		.outgoing = link->sll_pkttype == PACKET_OUTGOING,
		.link = be16toh(link->sll_protocol),
		.bytes = (const char *)slot + slot->tp_net,
		.length = slot->tp_snaplen,
		.whole = slot->tp_len,
		.time = (int64_t)slot->tp_sec * 1000000000 + slot->tp_nsec,
	};
	capture->next = (capture->next + 1) % capture->ring.tp_frame_nr;
	capture->taken = slot;
	return true;
}

int64_t capture_begun(const struct capture *capture)
{
	return capture->begun;
}

uint64_t capture_missed(const struct capture *capture)
{
	return capture->missed;
}

void capture_interface(unsigned interface, char name[CAPTURE_NAME])
{
	char found[IF_NAMESIZE];
	if (if_indextoname(interface, found))
		snprintf(name, CAPTURE_NAME, "%s", found);
	else
		snprintf(name, CAPTURE_NAME, "interface %u", interface);
}
