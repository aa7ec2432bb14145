using Annotator.Core.CloudStorages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Tasks;

internal sealed class AnnotationTaskMapping : IEntityTypeConfiguration<AnnotationTask>
{
    public void Configure(EntityTypeBuilder<AnnotationTask> builder)
    {
        builder.Property(task => task.Name).HasMaxLength(256);
        builder.Property(task => task.Subset).HasMaxLength(64);
        builder.Property(task => task.BugTracker).HasMaxLength(2000);
        builder.Property(task => task.Mode).HasMaxLength(32);
        builder.Property(task => task.RowVersion).IsRowVersion();
        builder.HasOne(task => task.Project).WithMany(project => project.Tasks).HasForeignKey(task => task.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(task => task.Owner).WithMany().HasForeignKey(task => task.OwnerId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<CloudStorage>().WithMany().HasForeignKey(task => task.TargetCloudStorageId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<CloudStorage>().WithMany().HasForeignKey(task => task.SourceCloudStorageId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(task => task.Assignee).WithMany().HasForeignKey(task => task.AssigneeId).OnDelete(DeleteBehavior.SetNull);
    }
}
