"""The problem list (问题清单) that offices pass on, as a workbook."""

from gkaudit.xlsx.writing import write

__all__ = ["write"]
