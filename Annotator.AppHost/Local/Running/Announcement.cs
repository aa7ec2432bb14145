using System.Globalization;
using System.Text.Json;

namespace Annotator.AppHost.Local.Running;

/// <summary>What the person at the terminal waits for: the address, and the first time the link that makes the administrator.</summary>
internal static class Announcement
{
    public static async Task WriteAsync(string url, string setupToken, double seconds, CancellationToken cancel)
    {
        var lines = new List<string>
        {
            "",
            string.Create(CultureInfo.InvariantCulture, $"  Annotator is ready after {seconds:0.0} s:  {url}"),
        };
        if (await NeedsSetupAsync(url, cancel))
        {
            lines.Add("");
            lines.Add("  Make the administrator's account here (the link works once, and only until the next start):");
            lines.Add($"  {url}/setup?token={setupToken}");
        }

        lines.Add("");
        lines.Add("  Ctrl+C stops everything.");
        lines.Add("");
        Console.WriteLine(string.Join(Environment.NewLine, lines));
    }

    private static async Task<bool> NeedsSetupAsync(string url, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        try
        {
            using var answer = JsonDocument.Parse(await http.GetStringAsync($"{url}/api/setup", cancel));
            return answer.RootElement.GetProperty("needed").GetBoolean();
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or KeyNotFoundException)
        {
            return false;
        }
    }
}
