/* Hosts, addresses, URLs: by their form, never looked up. */
#include "rules.h"

static void good(const char *tag, const char *const *values)
{
	for (; *values; values++) {
		CLEANUP(buf_free) struct buf quoted = {0};

		buf_printf(&quoted, "'%s'", *values);
		CHECK_TAG("string", tag, quoted.p, "");
	}
}

static void bad(const char *tag, const char *const *values, const char *what)
{
	for (; *values; values++) {
		CLEANUP(buf_free) struct buf quoted = {0};
		CLEANUP(buf_free) struct buf message = {0};

		buf_printf(&quoted, "'%s'", *values);
		buf_printf(&message, "\"%s\" is not %s [%s]", *values, what, tag);
		CHECK_TAG("string", tag, quoted.p, message.p);
	}
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(addresses)
{
	good("ip", LIST("127.0.0.1", "::1", "2001:db8::1", "::ffff:1.2.3.4"));
	bad("ip",
	    LIST("1.2.3", "256.0.0.1", "1.2.3.04", "fe80::1%eth0", "", "1.2.3.4 ", "localhost"),
	    "an IP address");
	good("ipv4", LIST("127.0.0.1", "::ffff:1.2.3.4"));
	bad("ipv4", LIST("::1"), "an IPv4 address");
	good("ipv6", LIST("::1"));
	bad("ipv6", LIST("127.0.0.1", "::ffff:1.2.3.4"), "an IPv6 address");
	good("cidr", LIST("10.0.0.0/8", "2001:db8::/32", "1.2.3.4/32", "::/0"));
	bad("cidr", LIST("10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "::/129", "10/8", "10.0.0.0/-1"),
	    "a network such as 10.0.0.0/8 or 2001:db8::/32");
}

TEST(names_of_hosts)
{
	good("hostname", LIST("example", "EXAMPLE.com", "a1-b.c2"));
	bad("hostname", LIST("1.foo.com", "example.com.", "a..b", "-x", "x-", "a_b", "a", ""),
	    "a host name");
	good("fqdn", LIST("test.example.com", "example.com.", "1.foo.com", "a.b9"));
	bad("fqdn", LIST("example", "", "example.c-m", "example.1om", "..", "-a.com", "a..com"),
	    "a full domain name such as game.example.com");
}

TEST(host_and_port)
{
	good("hostname_port",
	     LIST("localhost:80", "127.0.0.1:65535", "[::1]:7350", ":1", "1a.b:2"));
	CHECK_TAG("string", "hostname_port", "localhost",
		  "\"localhost\" is not host:port [hostname_port]; write localhost:PORT, with a "
		  "port from 1 to 65535");
	CHECK_TAG("string", "hostname_port", "::1",
		  "\"::1\" is not host:port [hostname_port]; write [::1]:PORT");
	CHECK_TAG("string", "hostname_port", "h:0",
		  "\"h:0\" is not host:port [hostname_port]; for example 127.0.0.1:7350, "
		  "[::1]:7350 or :7350");
	CHECK_TAG("string", "hostname_port", "h:65536",
		  "\"h:65536\" is not host:port [hostname_port]; for example 127.0.0.1:7350, "
		  "[::1]:7350 or :7350");
	CHECK_TAG("string", "hostname_port", "'[x]:80'",
		  "\"[x]:80\" is not host:port [hostname_port]; for example 127.0.0.1:7350, "
		  "[::1]:7350 or :7350");
}

TEST(ports)
{
	CHECK_TAG("int", "port", "7350", "");
	CHECK_TAG("int", "port", "0", "0 is not a port (1 to 65535) [port]");
	CHECK_TAG("int", "port", "-1", "-1 is not a port (1 to 65535) [port]");
	CHECK_TAG("uint32", "port", "65536", "65536 is not a port (1 to 65535) [port]");
	CHECK_TAG("uint16", "port", "65535", "");
	CHECK_TAG("string", "port", "'80'", "");
	CHECK_TAG("string", "port", "'0'", "\"0\" is not a port (1 to 65535) [port]");
}

TEST(urls)
{
	good("url", LIST("https://example.com/x?a=b#c", "mailto:a@example.com", "ftp://u:p@h:21/",
			 "http://[::1]:80/", "file:///etc/hosts", "HTTP://X", "http://h:/",
			 "http://a%E4b.c/"));
	bad("url",
	    LIST("example.com", "http://", "//example.com", "http:///x", "http://a b/",
		 "http://h:x/", "http://h/%zz", "http://[::1/", ":x", "1http://x", "",
		 "http://a:b:c/"),
	    "a URL such as https://example.com/x");
	good("http_url", LIST("http://example.com", "HTTPS://example.com:8080/x"));
	bad("http_url", LIST("ftp://example.com", "http:x", "https://", "example.com"),
	    "a URL that begins with http:// or https://");
}
