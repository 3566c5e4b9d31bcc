"""Questions that lie over a step. Each dismisses with its answer; Escape is always the harmless one."""
