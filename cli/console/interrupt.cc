#include "cli/console/interrupt.h"

#include <utility>

namespace heapscan::cli {
namespace {

sigset_t interrupt_only() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

InterruptHandler::InterruptHandler(std::function<void()> on_interrupt)
    : on_interrupt_(std::move(on_interrupt)) {
  // Blocked here and in every thread started from now on, the signal is left to the one that waits
  // for it.
  const sigset_t set = interrupt_only();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  waiter_ = std::thread([this] { wait(); });
}

InterruptHandler::~InterruptHandler() {
  ending_ = true;
  pthread_kill(waiter_.native_handle(), SIGINT);
  waiter_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void InterruptHandler::wait() {
  const sigset_t set = interrupt_only();
  int signal = 0;
  while (sigwait(&set, &signal) == 0) {
    if (ending_) {
      return;
    }
    interrupted_ = true;
    on_interrupt_();
  }
}

}  // namespace heapscan::cli
