namespace Annotator.Tests;

/// <summary>The browser of the tests that need a real one.</summary>
public static class Chromium
{
    private static readonly IReadOnlyList<string> Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];

    /// <summary>
    /// The program: what the variable CHROMIUM says, or where it is usually installed. Without one the test is skipped, and
    /// fails where the variable CI is set: there nobody would see that it was skipped.
    /// </summary>
    public static string PathOrSkip()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM");
        var found = named is not null ? (File.Exists(named) ? named : null) : Places.FirstOrDefault(File.Exists);
        if (found is not null)
        {
            return found;
        }

        var missing = $"There is no browser at {named ?? string.Join(", ", Places)}. Set CHROMIUM to one; without it nothing was tried in a browser.";
        if (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip(missing);
        }

        throw new FileNotFoundException(missing);
    }
}
