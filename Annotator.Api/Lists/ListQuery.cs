using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Lists;

/// <summary>
/// The parameters that every list takes. A handler binds it with <c>[AsParameters]</c>. They are text here, so that a bad one
/// gets an answer that names it.
/// </summary>
internal sealed class ListQuery
{
    public const int DefaultPageSize = 10;
    public const int LargestPageSize = 1000;

    /// <summary>From 1.</summary>
    [FromQuery(Name = "page")]
    public string? Page { get; init; }

    /// <summary>1 to 1000; 10 when absent; <c>all</c> reads as 1000.</summary>
    [FromQuery(Name = "page_size")]
    public string? PageSize { get; init; }

    /// <summary>Words that all must occur, in any of the searched fields, in any case.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>A JsonLogic expression, such as <c>{"==":[{"var":"status"},"completed"]}</c>.</summary>
    [FromQuery(Name = "filter")]
    public string? Filter { get; init; }

    /// <summary>Fields, separated by commas; a leading minus turns the order round.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    /// <summary>The page asked for; null when it is not a number from 1.</summary>
    public int? PageNumber =>
        string.IsNullOrEmpty(Page) ? 1 : int.TryParse(Page, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page >= 1 ? page : null;

    /// <summary>The size asked for, at most <see cref="LargestPageSize"/>; the default for what is no size, as in the contract.</summary>
    public int Size =>
        PageSize == "all"
            ? LargestPageSize
            : int.TryParse(PageSize, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1
                ? Math.Min(size, LargestPageSize)
                : DefaultPageSize;
}
