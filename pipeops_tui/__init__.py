"""Everything PipeOps needs to deploy into an Azure subscription, from one terminal."""

__version__ = "0.1.0"
