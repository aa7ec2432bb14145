namespace Annotator.Api.Lists;

/// <summary>One page of a list, as the contract has it.</summary>
/// <param name="Count">Of the whole list.</param>
/// <param name="Next">Absolute URL of the next page; null on the last one.</param>
internal sealed record Page<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);
