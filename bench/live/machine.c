/* bench/live/machine.c */
#include "machine.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
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

double machine_others_s(pid_t pid)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	double sum = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		pid_t other = (pid_t)strtol(entry->d_name, NULL, 10);

		if (other > 0 && other != pid && other != getpid())
			sum += machine_cpu_s(other);
	}
	closedir(dir);
	return sum;
}

void machine_times(double *all, double *stolen)
{
	FILE *f = fopen("/proc/stat", "r");
	double v[8] = {0};

	*all = *stolen = 0;
	if (f == NULL)
		return;
	if (fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", v, v + 1, v + 2, v + 3, v + 4, v + 5,
		   v + 6, v + 7) == 8) {
		for (int i = 0; i < 8; i++)
			*all += v[i];
		*stolen = v[7];
	}
	fclose(f);
}
