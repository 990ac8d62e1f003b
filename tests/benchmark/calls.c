/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel alone costs: the calls of the benchmark's command file from a bare C program.
 *
 * usage: benchmark_calls PAIRS
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int fail(const char *call)
{
	perror(call);
	return 1;
}

/* Both ends of a TCP connection over loopback. 0, or 1 after a complaint. */
static int make_pair(int *client, int *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 128))
		return fail("listen");
	if (getsockname(listener, (struct sockaddr *)&address, &length))
		return fail("getsockname");
	*client = socket(AF_INET, SOCK_STREAM, 0);
	if (*client < 0 || connect(*client, (struct sockaddr *)&address, length))
		return fail("connect");
	*server = accept(listener, NULL, NULL);
	return *server < 0 ? fail("accept") : 0;
}

int main(int argc, char **argv)
{
	static const char text[] = "Hello, world";
	long pairs = argc > 1 ? atol(argv[1]) : 50000;
	char room[4096];
	int client, server;

	if (make_pair(&client, &server))
		return 1;
	for (long i = 0; i < pairs; i++) {
		if (send(client, text, sizeof(text) - 1, 0) != sizeof(text) - 1)
			return fail("send");
		if (recv(server, room, sizeof(room), 0) != sizeof(text) - 1)
			return fail("recv");
	}
	return 0;
}
