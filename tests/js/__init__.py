"""Microsoft's SDKs for JavaScript against `pipeops-tui simulate`; `.ci/run` installs them."""
