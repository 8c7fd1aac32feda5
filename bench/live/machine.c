/* bench/live/machine.c */
#include "machine.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double task_s(pid_t pid, const char *task)
{
	char path[300];
	unsigned long long ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", pid, task);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return (double)ns / 1e9;
}

double machine_cpu_s(pid_t pid)
{
	char path[64];
	const struct dirent *entry;
	double sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			sum += task_s(pid, entry->d_name);
	}
	closedir(dir);
	return sum;
}

long machine_rss_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "VmRSS: %ld", &kb) == 1)
			break;
	}
	fclose(f);
	return kb;
}

void machine_busy_s(double *all, double *ours, double *stolen)
{
	FILE *f = fopen("/proc/stat", "r");
	/* user nice system idle iowait irq softirq steal, in clock ticks */
	double v[8] = {0}, tick = (double)sysconf(_SC_CLK_TCK);
	struct timespec own;

	if (f != NULL) {
		if (fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", v, v + 1, v + 2, v + 3, v + 4,
			   v + 5, v + 6, v + 7) != 8)
			memset(v, 0, sizeof(v));
		fclose(f);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
	*all = (v[0] + v[1] + v[2] + v[5] + v[6]) / tick;
	*ours = (double)own.tv_sec + (double)own.tv_nsec / 1e9;
	*stolen = v[7] / tick;
}
