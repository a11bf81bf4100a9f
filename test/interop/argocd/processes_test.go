package argocd

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usage is what the plugin's processes took while they were watched, in KiB. Sampled: getrusage(2) would count the test's own
// memory, because Go starts a child in the parent's address space.
type usage struct {
	together int // most processes at one moment
	sum      int // most resident memory of all of them at one moment
	largest  int // most that any single one ever had
}

func (use usage) String() string {
	return fmt.Sprintf("%d processes at once, %.1f MiB together, %.1f MiB the largest", use.together, float64(use.sum)/1024, float64(use.largest)/1024)
}

// watch samples until the returned function is called, which gives the result.
func watch() func() usage {
	stop, result := make(chan struct{}), make(chan usage)
	go func() {
		var use usage
		for {
			select {
			case <-stop:
				result <- use
				return
			case <-time.After(10 * time.Millisecond):
				use.sample()
			}
		}
	}()
	return func() usage { close(stop); return <-result }
}

func (use *usage) sample() {
	processes := pluginProcesses()
	sum := 0
	for _, process := range processes {
		sum += process["VmRSS"]
		use.largest = max(use.largest, process["VmHWM"])
	}
	use.together, use.sum = max(use.together, len(processes)), max(use.sum, sum)
}

// pluginProcesses are the children that run our program: the numbers of /proc/PID/status, sizes in KiB.
func pluginProcesses() (found []map[string]int) {
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		if comm, err := os.ReadFile(name); err != nil || strings.TrimSpace(string(comm)) != filepath.Base(program) {
			continue
		}
		if numbers := readStatus(filepath.Join(filepath.Dir(name), "status")); numbers["PPid"] == os.Getpid() {
			found = append(found, numbers)
		}
	}
	return found
}

func readStatus(path string) map[string]int {
	numbers := map[string]int{}
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if name, rest, found := strings.Cut(line, ":"); found && strings.TrimSpace(rest) != "" {
			if number, err := strconv.Atoi(strings.Fields(rest)[0]); err == nil {
				numbers[name] = number
			}
		}
	}
	return numbers
}

// allGone demands that no plugin process is left within `limit`.
func allGone(t *testing.T, limit time.Duration) {
	t.Helper()
	for start := time.Now(); len(pluginProcesses()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > limit {
			t.Fatalf("%d plugin processes are still there after %s", len(pluginProcesses()), limit)
		}
	}
}
