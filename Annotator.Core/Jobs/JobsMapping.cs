using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Jobs;

internal sealed class AnnotationJobMapping : IEntityTypeConfiguration<AnnotationJob>
{
    public void Configure(EntityTypeBuilder<AnnotationJob> builder)
    {
        builder.Property(job => job.RowVersion).IsRowVersion();
        builder.Ignore(job => job.Frames);
        builder.HasOne(job => job.Task).WithMany(task => task.Jobs).HasForeignKey(job => job.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(job => job.Assignee).WithMany().HasForeignKey(job => job.AssigneeId).OnDelete(DeleteBehavior.SetNull);
    }
}
