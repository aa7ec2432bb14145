namespace Annotator.Web.Layout;

/// <summary>The person's choice of colours. Without one the system decides.</summary>
internal static class Theme
{
    public const string Cookie = "theme";

    /// <summary>The value for <c>data-theme</c>; null where the system decides.</summary>
    public static string? Of(HttpContext? http) => http?.Request.Cookies[Cookie] switch
    {
        "light" => "light",
        "dark" => "dark",
        "contrast" => "contrast",
        _ => null,
    };
}
