"""The six certificates on paper: printed forms, layout, and the processes that render them. [1.3, 2.1, 2.2, 2.3]"""

from kofu_reference.paper.coverage import CharacterNotAvailable, Coverage
from kofu_reference.paper.process import RenderingFailed
from kofu_reference.paper.renderer import DoesNotFit, Renderer

__all__ = ["CharacterNotAvailable", "Coverage", "DoesNotFit", "Renderer", "RenderingFailed"]
